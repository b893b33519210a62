/* An answer that is written often, put into the form that it stands in. */

class AnswerTemplate extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.querySelector("select").addEventListener("change", (event) => this.put(event.target.selectedOptions[0]));
  }

  /** @param {HTMLOptionElement} chosen */
  put(chosen) {
    const fields = this.closest("form").elements;
    if (!chosen.dataset.text) return;
    fields.decision.value = chosen.dataset.decision;
    fields.reason.value = chosen.dataset.text;
    fields.reason.focus();
  }
}
customElements.define("answer-template", AnswerTemplate);
