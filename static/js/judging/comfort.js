// How a judge holds the tablet: which hand, gloves, glare, dark, going on by itself. The tablet's own choices, kept there.

const KEY = 'contest-comfort';

function load() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export const comfort = load();

function apply() {
  const root = document.documentElement;
  document.getElementById('pad').classList.toggle('pad--left', Boolean(comfort.left));
  root.toggleAttribute('data-large-keys', Boolean(comfort.large));
  root.toggleAttribute('data-glare', Boolean(comfort.glare));
  if (comfort.glare) root.dataset.theme = 'light';
  else if (comfort.dark) root.dataset.theme = 'dark';
  else root.dataset.theme = root.dataset.given;
}

export function offerComfort() {
  const box = document.getElementById('comfort');
  document.documentElement.dataset.given = document.documentElement.dataset.theme ?? 'auto';
  for (const choice of box.querySelectorAll('[data-comfort]')) choice.checked = Boolean(comfort[choice.dataset.comfort]);
  box.addEventListener('change', ({ target }) => {
    comfort[target.dataset.comfort] = target.checked;
    try {
      localStorage.setItem(KEY, JSON.stringify(comfort));
    } catch {
      // it holds for this page
    }
    apply();
  });
  box.hidden = false;
  apply();
}
