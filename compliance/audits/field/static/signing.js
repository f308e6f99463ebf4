/* The pad one signs on with a finger, a pen or, where neither serves, by name. White paper and ink in every light. */

import SignaturePad from "./vendor/signature_pad-5.1.4.min.js";

const INK = "#12110f",
  PAPER = "#ffffff";

export class Pad {
  /** `changed` hears of every stroke. */
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.typedName = "";
    this.pad = new SignaturePad(canvas, { penColor: INK, backgroundColor: PAPER, minWidth: 1, maxWidth: 3.2 });
    this.pad.addEventListener("endStroke", changed);
    this.fit = this.fit.bind(this);
    addEventListener("resize", this.fit);
  }

  /** The canvas has as many points as the screen; turning the tablet keeps what is drawn. */
  fit() {
    const ratio = Math.max(devicePixelRatio || 1, 1),
      { offsetWidth: width, offsetHeight: height } = this.canvas;
    if (
      !width ||
      (this.canvas.width === Math.round(width * ratio) && this.canvas.height === Math.round(height * ratio))
    )
      return;
    const strokes = this.pad.toData();
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.getContext("2d").scale(ratio, ratio);
    this.pad.clear();
    this.pad.fromData(strokes);
    if (this.typedName) this.write(this.typedName);
  }

  get empty() {
    return this.pad.isEmpty() && !this.typedName;
  }

  clear() {
    this.typedName = "";
    this.pad.clear();
  }

  /** For who cannot draw: the name in letters, which the record says of itself. */
  write(name) {
    this.pad.clear();
    this.typedName = name;
    const drawing = this.canvas.getContext("2d"),
      height = this.canvas.offsetHeight;
    drawing.fillStyle = INK;
    drawing.font = `italic ${Math.round(height / 3)}px Georgia, "Noto Serif", serif`;
    drawing.textBaseline = "middle";
    drawing.fillText(name, 24, height / 2, this.canvas.offsetWidth - 48);
  }

  /** {png, strokes}: the picture, and the strokes as they were drawn ([] for a typed name). */
  async taken() {
    const png = await new Promise((resolve, reject) =>
      this.canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("The signature could not be kept. Draw it again."))),
        "image/png",
      ),
    );
    return { png, strokes: this.typedName ? [] : this.pad.toData() };
  }

  leave() {
    removeEventListener("resize", this.fit);
    this.pad.off();
  }
}
