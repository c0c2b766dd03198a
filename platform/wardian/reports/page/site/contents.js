/* What the page brings along: the run's name, its leaderboards, its metrics, and the list of all episodes. */

const data = JSON.parse(document.getElementById("contents").textContent);
const { keys, texts, numbers, values, groups, group, messages } = data.index;
const places = new Map(keys.map((key, episode) => [key, episode]));

/** What the run is called, and when it was played. */
export const head = data.head;

/** The leaderboards: over everything, then over each environment if there are several. */
export const boards = data.boards;

/** How each metric is read. */
export const metrics = data.metrics;

/** What went wrong in episodes, by what detectors found, and what each detector means. */
export const clusters = data.failures.clusters;
export const failed = data.failures.failed;
export const meanings = data.meanings;

/** Where the files with trajectories are, and how many episodes are in one. */
export const folder = data.folder;
export const shelf = data.shelf;

/** The first of these files, as far as the page itself holds them. */
export const held = JSON.parse(document.getElementById("held").textContent);

/** All episodes by their numbers; a column is a text (`text`), a number (`number`) or a metric (`value`). */
export const episodes = {
  size: keys.length,
  repeated: numbers.repeat.some((repeat) => repeat > 0),
  all: keys.map((_, episode) => episode),
  key: (episode) => keys[episode],
  find: (key) => places.get(key),
  text: (column, episode) => texts[column].names[texts[column].codes[episode]],
  code: (column, episode) => texts[column].codes[episode],
  names: (column) => texts[column].names,
  number: (column, episode) => numbers[column][episode],
  value: (metric, episode) => values[metric]?.[episode] ?? null,
  group: (episode) => (group[episode] < 0 ? null : groups[group[episode]]),
  groupNumber: (episode) => group[episode],
};

/** Why episodes did not succeed, with what the first of each said. */
export const reasons = groups.map((each, number) => ({ ...each, number, message: messages[number] }));

/** The first episode of every task, seed and repeat, with those of the other arms behind it. */
export function tries() {
  const found = new Map();
  for (const episode of episodes.all) {
    const id = tryOf(episode);
    if (!found.has(id)) found.set(id, []);
    found.get(id).push(episode);
  }
  return found;
}

/** What two arms have in common when they play the same. */
export function tryOf(episode) {
  const codes = ["environment", "task", "seed"].map((column) => episodes.code(column, episode));
  return [...codes, episodes.number("repeat", episode)].join(" ");
}
