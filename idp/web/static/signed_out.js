// Owns moving on from the signed-out page: once every application's page in it has been loaded, or hasn't for long enough.
const LONGEST_WAIT = 3000; // milliseconds; an application that is down must not hold anybody up

const onward = () => location.replace(document.getElementById("onward").href);

setTimeout(onward, LONGEST_WAIT);
if (document.readyState === "complete") onward();
else addEventListener("load", onward); // a window's own load waits for its frames
