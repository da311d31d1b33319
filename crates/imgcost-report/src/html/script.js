'use strict';
// The page is complete without this: it sorts, filters and changes the theme, and keeps nothing.

const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');
const theme = document.getElementById('theme');
const isDark = () => (root.dataset.theme || (dark.matches ? 'dark' : 'light')) === 'dark';
const pressed = () => theme.setAttribute('aria-pressed', String(isDark()));
theme.addEventListener('click', () => {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  pressed();
});
dark.addEventListener('change', pressed);
theme.hidden = false;
pressed();

// Amounts are decimal strings, compared digit by digit: as floats they would not be exact.
const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
function bySize(a, b) {
  const [wholeA, restA = ''] = a.split('.');
  const [wholeB, restB = ''] = b.split('.');
  return wholeA.length - wholeB.length || order(wholeA, wholeB) || order(restA, restB);
}
function byAmount(a, b) {
  const [minusA, minusB] = [a, b].map((amount) => amount.startsWith('-'));
  if (minusA !== minusB) return minusA ? -1 : 1;
  return minusA ? bySize(b.slice(1), a.slice(1)) : bySize(a, b);
}
const byName = new Intl.Collator(undefined, { numeric: true }).compare;

function sortable(table) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (head.tagName !== 'TH') return;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    const isNumber = head.classList.contains('number');
    button.addEventListener('click', () => {
      // Money first descends, names first ascend.
      const first = isNumber ? 'descending' : 'ascending';
      const second = isNumber ? 'ascending' : 'descending';
      const direction = head.getAttribute('aria-sort') === first ? second : first;
      heads.forEach((other) => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', direction);
      const sign = direction === 'ascending' ? 1 : -1;
      const key = (row) => {
        const cell = row.cells[column];
        return isNumber ? cell.querySelector('data').value : cell.textContent;
      };
      const rows = [...body.rows].map((row) => [key(row), row]);
      rows.sort(([a], [b]) => sign * (isNumber ? byAmount(a, b) : byName(a, b)));
      body.append(...rows.map(([, row]) => row));
    });
  });
}

function filterable(section) {
  const input = section.querySelector('input[type=search]');
  const said = section.querySelector('output');
  const rows = [...section.querySelector('tbody').rows];
  const names = rows.map((row) =>
    [...row.cells].filter((cell) => cell.querySelector('bdi')).map((cell) => cell.textContent).join(' ').toLowerCase());
  input.addEventListener('input', () => {
    const wanted = input.value.trim().toLowerCase();
    let count = 0;
    rows.forEach((row, index) => {
      row.hidden = !names[index].includes(wanted);
      count += row.hidden ? 0 : 1;
    });
    said.textContent = wanted ? `${count} of ${rows.length} rows; totals are those of all` : '';
  });
  input.closest('p').hidden = false;
}

for (const table of document.querySelectorAll('table.ranked')) {
  sortable(table);
  filterable(table.closest('section'));
}

// Paper shows what a screen folds away.
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((part) => (part.open = true)));
