// Owns the choice of the square that a picture is cut to. It sends the square alone, so large photographs fit too; without
// script, or where the browser can't read the file, the server cuts the middle out.
const form = document.getElementById("picture-form");
const input = form.elements.namedItem("picture");
const panel = document.getElementById("crop");
const view = document.getElementById("crop-view");
const [zoom, across, down] = ["crop-zoom", "crop-x", "crop-y"].map((id) => document.getElementById(id));
const SIDE = Number(form.dataset.side);

let picture = null;

// The square of the picture that is shown, in its own pixels.
function square() {
  const side = Math.min(picture.width, picture.height) / zoom.valueAsNumber;
  return [across.valueAsNumber * (picture.width - side), down.valueAsNumber * (picture.height - side), side];
}

function draw(canvas) {
  const [x, y, side] = square();
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, x, y, side, side, 0, 0, canvas.width, canvas.height);
}

input.addEventListener("change", async () => {
  picture = null;
  panel.hidden = true;
  const file = input.files[0];
  if (!file) return;
  try {
    picture = await createImageBitmap(file); // upright, as the camera meant it
  } catch {
    return; // not a picture that this browser reads: the server says what is wrong
  }
  [zoom.value, across.value, down.value] = ["1", "0.5", "0.5"];
  panel.hidden = false;
  draw(view);
});

for (const slider of [zoom, across, down]) {
  slider.addEventListener("input", () => { if (picture) draw(view); });
}

view.addEventListener("pointermove", (event) => {
  if (!picture || !(event.buttons & 1)) return;
  const side = square()[2];
  const shift = side / view.clientWidth; // pixels of the picture for one of the page
  const move = (slider, by, room) => { if (room > 0) slider.value = String(slider.valueAsNumber - (by * shift) / room); };
  move(across, event.movementX, picture.width - side);
  move(down, event.movementY, picture.height - side);
  draw(view);
});
view.addEventListener("pointerdown", (event) => view.setPointerCapture(event.pointerId));

form.addEventListener("submit", (event) => {
  if (!picture) return;
  event.preventDefault();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.max(1, Math.min(SIDE, Math.round(square()[2])));
  draw(canvas);
  const kind = input.files[0].type === "image/jpeg" ? "image/jpeg" : "image/png"; // the others may be see-through
  canvas.toBlob((blob) => {
    if (blob) {
      const chosen = new DataTransfer();
      chosen.items.add(new File([blob], "picture", { type: kind }));
      input.files = chosen.files;
    }
    HTMLFormElement.prototype.submit.call(form);
  }, kind, 0.92);
});
