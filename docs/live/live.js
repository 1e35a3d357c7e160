"use strict";
// Photo or camera -> (1, 3, height, width) in [0, 1] -> the style's network -> canvas. One frame at a time.

const STYLES = ["swirl", "mosaic", "woodcut", "watercolour", "pointillism", "stained-glass"];
const SMALLEST = 32;

const byId = (id) => document.getElementById(id);
const status = byId("status"), canvas = byId("painting"), size = byId("size");
const sessions = new Map();
let style = STYLES[0];
let source = null; // what is painted: an ImageBitmap, or the camera's <video>
let stream = null;
let busy = false, again = false;

ort.env.wasm.wasmPaths = new URL("vendor/", location.href).href;

function say(text) {
  status.textContent = text;
}

async function sessionOf(name) {
  if (!sessions.has(name)) {
    say(`Loading ${name} (2 MB) ...`);
    sessions.set(name, ort.InferenceSession.create(`styles/${name}.onnx`));
  }
  try {
    return await sessions.get(name);
  } catch (error) {
    sessions.delete(name);
    throw error;
  }
}

// The pixels of a picture at the chosen size: [Float32Array of 3 planes, width, height].
function pixelsOf(picture) {
  const width0 = picture.videoWidth || picture.width, height0 = picture.videoHeight || picture.height;
  const ratio = Number(size.value) / Math.max(width0, height0);
  const width = Math.max(SMALLEST, Math.round(width0 * ratio));
  const height = Math.max(SMALLEST, Math.round(height0 * ratio));
  const small = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  small.drawImage(picture, 0, 0, width, height);
  const bytes = small.getImageData(0, 0, width, height).data, count = width * height;
  const planes = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) planes[c * count + i] = bytes[4 * i + c] / 255;
  }
  return [planes, width, height];
}

function draw(planes, width, height) {
  const picture = new ImageData(width, height), count = width * height;
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) picture.data[4 * i + c] = Math.round(255 * planes[c * count + i]);
    picture.data[4 * i + 3] = 255;
  }
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").putImageData(picture, 0, 0);
  canvas.classList.add("ready");
  byId("save").disabled = false;
}

async function paint() {
  if (!source) return;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    do {
      again = false;
      const name = style, session = await sessionOf(name);
      const [planes, width, height] = pixelsOf(source);
      const begin = performance.now();
      const photo = new ort.Tensor("float32", planes, [1, 3, height, width]);
      const { painting } = await session.run({ photo });
      const taken = performance.now() - begin;
      draw(painting.data, width, height);
      say(`${name}, ${width} x ${height} px, ${taken.toFixed(0)} ms`);
      if (stream) await new Promise(requestAnimationFrame);
    } while (again || stream);
  } catch (error) {
    say(`That did not work: ${error.message || error}`);
    stopCamera();
  } finally {
    busy = false;
  }
}

function stopCamera() {
  if (stream) stream.getTracks().forEach((track) => track.stop());
  stream = null;
  byId("camera").textContent = "Start the camera";
}

async function startCamera() {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: true });
  } catch (error) {
    say(`There is no camera to use: ${error.message}`);
    return;
  }
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  source = video;
  byId("camera").textContent = "Stop the camera";
  paint();
}

async function open(file) {
  stopCamera();
  try {
    source = await createImageBitmap(file);
  } catch {
    say(`${file.name} is no picture that this browser can open.`);
    return;
  }
  paint();
}

for (const name of STYLES) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.setAttribute("aria-pressed", String(name === style));
  button.addEventListener("click", () => {
    style = name;
    for (const other of byId("styles").querySelectorAll("button")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    paint();
  });
  byId("styles").append(button);
}
byId("file").addEventListener("change", (event) => event.target.files[0] && open(event.target.files[0]));
byId("camera").addEventListener("click", () => (stream ? stopCamera() : startCamera()));
size.addEventListener("input", () => {
  byId("size-shown").textContent = `${size.value} px`;
  paint();
});
const drop = byId("drop");
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (event.dataTransfer.files[0]) open(event.dataTransfer.files[0]);
});
byId("save").addEventListener("click", () => {
  const link = document.createElement("a");
  link.download = `impasto-${style}.png`;
  link.href = canvas.toDataURL("image/png");
  link.click();
});
