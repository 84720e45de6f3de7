/**
 * Builds elements. Text only ever goes in as text nodes, so nothing an article says can become
 * markup; the page's Trusted Types policy refuses every other way.
 */

/**
 * @param {string} tag
 * @param {Object} [attributes] `on` holds listeners, `data` the dataset; false and null are left out
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...present(children));
  return element;
}

/** A button that never submits a form. */
export function button(label, onClick, attributes = {}) {
  return h("button", { type: "button", ...attributes, on: { click: onClick } }, label);
}

/** Text from outside, kept from turning the direction of what stands around it. */
export function foreign(text, attributes = {}) {
  return h("bdi", attributes, text);
}

export function byId(id) {
  return document.getElementById(id);
}

function present(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}
