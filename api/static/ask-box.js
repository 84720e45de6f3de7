/** The one box: Enter asks, Up brings the last question back, Esc clears. */

import { byId } from "./dom.js";

export class AskBox {
  #box = byId("question");
  #send = byId("send");
  #working = false;
  #stop;

  /**
   * @param {{ask: (question: string) => void, stop: () => void, lastQuestion: () => string}} parts
   */
  constructor({ ask, stop, lastQuestion }) {
    this.#stop = stop;
    const submit = () => {
      const question = this.#box.value.trim();
      if (!question) return;
      this.#box.value = "";
      this.#label();
      ask(question);
    };
    byId("ask").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#working && !this.#box.value.trim()) this.#stop();
      else submit();
    });
    this.#box.addEventListener("input", () => this.#label());
    this.#box.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        submit();
      } else if (event.key === "ArrowUp" && this.#box.value === "") {
        event.preventDefault();
        this.fill(lastQuestion());
      } else if (event.key === "Escape" && this.#box.value !== "") {
        event.stopPropagation();
        this.#box.value = "";
        this.#label();
      }
    });
  }

  set working(working) {
    this.#working = working;
    this.#label();
  }

  fill(question) {
    this.#box.value = question;
    this.#box.setSelectionRange(question.length, question.length);
    this.#label();
  }

  focus() {
    this.#box.focus();
  }

  #label() {
    const stops = this.#working && !this.#box.value.trim();
    this.#send.textContent = stops ? "Stop" : "Ask";
  }
}
