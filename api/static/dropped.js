/** The files of a drop, those inside dropped folders included. */

export function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/**
 * Must be called while the drop event is being handled: its items are gone afterwards.
 *
 * @param {DataTransfer} transfer
 * @returns {Promise<File[]>}
 */
export async function filesOf(transfer) {
  const roots = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  return (await Promise.all(roots.map(unfold))).flat();
}

async function unfold(entry) {
  if (!entry || entry instanceof File) return entry ? [entry] : [];
  if (entry.isFile) return [await new Promise((give, fail) => entry.file(give, fail))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // A reader gives its folder in portions, the last one empty.
    const portion = await new Promise((give, fail) => reader.readEntries(give, fail));
    if (!portion.length) break;
    found.push(...portion);
  }
  return (await Promise.all(found.map(unfold))).flat();
}
