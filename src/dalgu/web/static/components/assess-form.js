/* Measuring takes a while: the server tells each step, a bar shows it. Without script: a form. */

class AssessForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.place = this.querySelector(".progress");
    this.steps = JSON.parse(this.dataset.steps);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.measure();
    });
  }

  async measure() {
    const button = this.form.querySelector("button");
    button.disabled = true;
    this.show({ step: "read", name: "", done: 0, total: 0 });
    try {
      const body = new URLSearchParams(/** @type {any} */ (new FormData(this.form)));
      const answer = await fetch(this.form.action, { method: "POST", body, headers: { accept: "text/event-stream" } });
      if (!answer.ok) throw new Error(String(answer.status));
      await this.follow(answer.body.pipeThrough(new TextDecoderStream()).getReader());
    } catch (error) {
      this.fail(error instanceof TypeError ? "" : error.message);
      button.disabled = false;
    }
  }

  /** @param {ReadableStreamDefaultReader<string>} reader */
  async follow(reader) {
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new Error("");
      text += value;
      const events = text.split("\n\n");
      text = events.pop();
      for (const event of events) {
        const told = JSON.parse(event.replace(/^data: /, ""));
        if (told.failed) throw new Error(told.failed);
        if (told.goal) { location.assign(told.goal); return; }
        this.show(told);
      }
    }
  }

  /** @param {{step: string, name: string, done: number, total: number}} told */
  show({ step, name, done, total }) {
    this.place.hidden = false;
    const bar = this.place.querySelector("progress");
    if (step === "measure" && total) bar.value = done / total;
    else bar.removeAttribute("value");
    const far = step === "measure" && total ? ` ${done} / ${total}` : "";
    this.place.querySelector("span").textContent = `${this.steps[step]} ${name}${far}`;
  }

  /** @param {string} reason */
  fail(reason) {
    this.place.querySelector("progress").hidden = true;
    this.place.querySelector("span").textContent = `${this.dataset.failed}. ${reason}`;
  }
}
customElements.define("assess-form", AssessForm);
