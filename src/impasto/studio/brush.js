// A mask brushed on a photo. Strokes stay in the browser; what is sent is one small PNG, in a text field.
// The photo is the picture of another input; when it changes, strokes are removed with a word.

const MOST_PIXELS = 8e5; // of a mask: finer than any brush
const MOST_SIDE = 2400;

const brushOf = new WeakMap();

class MaskBrush {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
    this.photo = root.querySelector(".brush-photo");
    this.said = root.querySelector(".brush-said");
    this.strokes = [];
    this.base = null; // a loaded mask, as a picture
    this.source = "";
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"]) this.canvas.addEventListener(kind, () => this.end());
    this.photo.addEventListener("load", () => this.fit());
    this.photo.addEventListener("error", () => {
      if (this.source) this.say("This browser cannot show the photo. Upload a mask instead.");
    });
    this.part("undo").addEventListener("click", () => { this.strokes.pop(); this.changed(); });
    this.part("clear").addEventListener("click", () => { this.forget(); this.changed(); });
    this.part("large").addEventListener("click", () => this.large(!root.classList.contains("large")));
    this.part("feather").addEventListener("input", () => this.changed());
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.large(false));
  }

  part(name) { return this.root.querySelector(`.brush-${name}`); }
  say(words) { this.said.textContent = words; }
  forget() { this.strokes = []; this.base = null; }

  large(is) {
    this.root.classList.toggle("large", is);
    this.part("large").textContent = is ? "Done" : "Large";
  }

  // Called whenever the page changes: another photo has another address.
  look() {
    const source = document.querySelector(`${this.root.dataset.photo} img`)?.src ?? "";
    if (source === this.source) return;
    const had = this.strokes.length > 0 || this.base;
    this.source = source;
    this.forget();
    this.root.classList.remove("ready"); // until it is there
    if (source) this.photo.src = source;
    else this.photo.removeAttribute("src");
    this.say(had ? "The mask was for the other photo, and is gone." : "");
    if (!source) this.large(false);
    this.changed();
  }

  fit() {
    const wide = this.photo.naturalWidth, high = this.photo.naturalHeight;
    const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (wide * high)), MOST_SIDE / Math.max(wide, high));
    this.canvas.width = Math.max(1, Math.round(wide * scale));
    this.canvas.height = Math.max(1, Math.round(high * scale));
    this.root.style.setProperty("--wide", wide / high);
    this.root.classList.add("ready");
    this.changed();
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  begin(event) {
    if (!this.root.classList.contains("ready") || event.button > 0) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    const erase = this.part("erase").checked;
    this.stroke = { erase, size: this.part("size").value / 100, points: [this.at(event)] };
    this.strokes.push(this.stroke);
    this.draw();
  }

  move(event) {
    if (!this.stroke) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) this.stroke.points.push(this.at(one));
    if (event.getCoalescedEvents?.().length === 0) this.stroke.points.push(this.at(event));
    this.draw();
  }

  end() {
    if (!this.stroke) return;
    this.stroke = null;
    this.say("");
    this.changed();
  }

  draw() {
    const { width, height } = this.canvas, pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    pen.globalCompositeOperation = "source-over";
    if (this.base) pen.drawImage(this.base, 0, 0, width, height);
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#ff3b30";
    // The brush is a part of the shorter side, so that it suits panoramas, too.
    for (const { erase, size, points } of this.strokes) {
      pen.globalCompositeOperation = erase ? "destination-out" : "source-over";
      pen.lineWidth = size * Math.min(width, height);
      pen.beginPath();
      points.forEach(([x, y], index) => pen[index ? "lineTo" : "moveTo"](x * width, y * height));
      if (points.length === 1) pen.lineTo(points[0][0] * width + 0.01, points[0][1] * height);
      pen.stroke();
    }
  }

  changed() {
    this.draw();
    const feather = this.part("feather").value / 100;
    const shown = (feather * Math.min(this.canvas.clientWidth, this.canvas.clientHeight)).toFixed(2);
    this.canvas.style.filter = feather ? `blur(${shown}px)` : "";
    const some = this.strokes.some((stroke) => !stroke.erase) || this.base;
    const value = some ? JSON.stringify({ png: this.canvas.toDataURL("image/png"), feather }) : "";
    const field = document.querySelector(`${this.root.dataset.value} textarea, ${this.root.dataset.value} input`);
    if (!field) return;
    field.tabIndex = -1; // it is for the program
    field.setAttribute("aria-hidden", "true");
    if (field.value === value) return;
    const kind = field.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const lookAtBrushes = () => document.querySelectorAll(".brush").forEach((root) => {
  if (!brushOf.has(root)) brushOf.set(root, new MaskBrush(root));
  brushOf.get(root).look();
});
new MutationObserver(() => requestAnimationFrame(lookAtBrushes)).observe(document.documentElement,
  { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] });
