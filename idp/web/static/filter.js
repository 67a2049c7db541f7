// Owns the search box that narrows a list while one types. Without script, the form beside it asks the server.
for (const box of document.querySelectorAll("input[data-filter]")) {
  const list = document.getElementById(box.dataset.filter);
  const items = [...list.querySelectorAll("[data-filter-words]")];
  const groups = [...list.querySelectorAll("[data-filter-group]")];
  const none = document.querySelector("[data-filter-none]");
  const count = document.querySelector("[data-filter-count]");

  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const item of items) {
      item.hidden = !words.every((word) => item.dataset.filterWords.includes(word));
      found += item.hidden ? 0 : 1;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("[data-filter-words]:not([hidden])");
    }
    none.hidden = found > 0;
    count.textContent = `${count.dataset.filterCount}${found}`;
  });
}
