// What the page does without the server: the photo over the painting, the whole screen, names for screen readers.

const wipe = (work, percent) => {
  const cut = Math.min(100, Math.max(0, percent));
  work.querySelector(".sheet").style.setProperty("--cut", `${cut}%`);
  work.parentElement.querySelector(".wipe").value = cut;
};

document.addEventListener("input", (event) => {
  if (event.target.matches(".wipe")) wipe(event.target.closest(".shown").querySelector(".work"), +event.target.value);
});

const dragged = (event) => {
  const sheet = event.target.closest?.(".sheet");
  if (!sheet || !event.buttons || !sheet.querySelector(".photo")) return;
  const box = sheet.getBoundingClientRect();
  wipe(sheet.closest(".work"), (100 * (event.clientX - box.left)) / box.width);
};
document.addEventListener("pointerdown", dragged);
document.addEventListener("pointermove", dragged);
document.addEventListener("dragstart", (event) => event.target.closest?.(".sheet") && event.preventDefault());

document.addEventListener("click", (event) => {
  const work = event.target.closest?.(".grow")?.closest(".work");
  if (work) document.fullscreenElement ? document.exitFullscreen() : work.requestFullscreen();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".actual");
  if (!button) return;
  const zoomed = button.closest(".work").classList.toggle("zoomed");
  button.setAttribute("aria-pressed", zoomed);
  button.textContent = zoomed ? "Fit" : "100 %";
});

// An error is gone as soon as something is changed, which may mend it.
const mended = (event) => {
  const column = event.target.closest?.(".inputs, .settings, .samples");
  const alert = column?.closest(".tab-columns")?.querySelector("[id$='-status'] .alert");
  if (alert) alert.hidden = true;
};
for (const kind of ["input", "change", "drop"]) document.addEventListener(kind, mended, true);
document.addEventListener("click", (event) => event.target.closest?.(".samples") && mended(event));

// Whoever leaves, and does not come back soon, stops what is painted for them.
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector(".go button[id$='-stop']:not([disabled])")) event.preventDefault();
});

// gradio 6.31: a button's icon says its name a second time, inputs say "number input for", zoom is a bare number,
// a message is read out only where the region around it was there before, and drawings on buttons are pictures.
const mend = () => {
  document.querySelectorAll(".samples img[alt$=' icon']").forEach((icon) => (icon.alt = ""));
  document.querySelectorAll(".zoom-number [role=button]:not([aria-label])").forEach((zoom) =>
    zoom.setAttribute("aria-label", "Zoom"));
  document.querySelectorAll("[id$='-status']:not([aria-live])").forEach((region) => {
    region.setAttribute("role", "status");
    region.setAttribute("aria-live", "polite");
  });
  document.querySelectorAll(".pictures button[aria-label^='Click to upload']").forEach((drop) =>
    drop.setAttribute("aria-label", `Drop ${drop.closest(".drop-masks") ? "masks" : "paintings"} here, or click to choose`));
};
const hide = () => {
  document.querySelectorAll("svg:not([role]):not([aria-hidden])").forEach((svg) => svg.setAttribute("aria-hidden", "true"));
  document.querySelectorAll("[role=tabpanel]:not([aria-label])").forEach((panel) => {
    const tab = document.querySelector("[role=tab][aria-selected=true]");
    if (tab && panel.offsetParent) panel.setAttribute("aria-label", tab.innerText);
  });
};
let waiting = false;
new MutationObserver(() => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    mend();
    hide();
  });
}).observe(document.documentElement, { childList: true, subtree: true });
