/*
 * Trajectories, unpacked when somebody looks at one. What the page does not hold is loaded. From a disk a page may run scripts but not fetch files: each file is
 * a script that hands over packed JSON. Its address is made of a number here, and nothing else can become one.
 */

import { episodes, folder, head, held, shelf } from "./contents.js";

const waiting = new Map();
const loaded = new Map();

const addresses = globalThis.trustedTypes?.createPolicy("wardian-shelf", { createScriptURL: address }) ?? {
  createScriptURL: address,
};

globalThis.wardianShelf = (number, text) => {
  waiting.get(number)?.resolve(unpacked(text));
  waiting.delete(number);
};

/** The trajectory of an episode. */
export async function trajectory(episode) {
  const number = Math.floor(episode / shelf);
  if (!loaded.has(number)) loaded.set(number, load(number));
  try {
    const all = await loaded.get(number);
    const found = all.find((each) => each.key === episodes.key(episode));
    if (found === undefined) throw strange(number);
    return found;
  } catch (error) {
    loaded.delete(number); // somebody may put the file there and look again
    throw error;
  }
}

function load(number) {
  if (held[number] !== undefined) return unpacked(held[number]);
  if (folder === "") return Promise.reject(new Error(`This copy has not all steps: wardian view ${head.run}`));
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve });
    const script = document.createElement("script");
    script.src = addresses.createScriptURL(String(number));
    script.onload = () => {
      script.remove();
      if (waiting.delete(number)) reject(strange(number)); // it has handed nothing over
    };
    script.onerror = () => {
      script.remove();
      waiting.delete(number);
      reject(new Error(`${address(String(number))} cannot be loaded. The folder ${folder} belongs beside this page.`));
    };
    document.head.append(script);
  });
}

function address(number) {
  return `${encodeURIComponent(folder)}/${parseInt(number, 10)}.js`;
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

function strange(number) {
  return new Error(`${address(String(number))} is of another report. Write this one again.`);
}
