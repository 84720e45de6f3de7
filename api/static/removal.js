/** Deleting with a way back: the page keeps what the archive forgets for good. */

import * as service from "./service.js";

/**
 * Everything that is needed to put an article back, all its versions included, oldest first.
 *
 * @returns {Promise<Object[]>}
 */
export async function keepArticle({ id, versions }) {
  return Promise.all(versions.toReversed().map(({ version }) => service.getArticle(id, version)));
}

/** @returns {Promise<?string>} why it failed, or null */
export async function putBack(kept) {
  try {
    for (const { id, title, body, source, author, url, published_at } of kept) {
      const article = { title, body, source, author, url, published_at };
      const job = await service.jobDone(await service.putArticle(id, article));
      const refusal = job.refused[0]?.reason ?? job.error;
      if (refusal) return `It could not be put back: ${refusal}`;
    }
    return null;
  } catch (error) {
    return `It could not be put back: ${error.message}`;
  }
}
