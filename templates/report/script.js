// Sorting and filtering of the table of exposures. Without this the whole table is there, worst first.
(() => {
  'use strict';
  const table = document.getElementById('table');
  if (!table) return;
  const AT_ONCE = 250;
  const body = table.tBodies[0];
  const original = Array.from(body.rows, (row) => ({
    row,
    marks: new Set(row.dataset.m.split(' ')),
    text: row.textContent.toLowerCase(),
  }));
  const controls = document.getElementById('controls');
  const find = document.getElementById('find');
  const choices = Array.from(controls.querySelectorAll('select'));
  const shown = document.getElementById('shown');
  const more = document.getElementById('more');
  const headers = Array.from(table.tHead.rows[0].cells);
  let order = original;
  let fitting = original;
  let limit = AT_ONCE;

  const show = () => {
    const visible = new Set(fitting.slice(0, limit));
    for (const item of original) item.row.hidden = !visible.has(item);
    const number = (count) => count.toLocaleString('en');
    shown.textContent = fitting.length === original.length
      ? `${number(visible.size)} of ${number(original.length)} rows`
      : `${number(visible.size)} of ${number(fitting.length)} rows that fit, of ${number(original.length)}`;
    more.hidden = fitting.length <= limit;
  };

  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const marks = choices.map((choice) => choice.value).filter(Boolean);
    fitting = order.filter((item) =>
      marks.every((mark) => item.marks.has(mark)) && words.every((word) => item.text.includes(word)));
    limit = AT_ONCE;
    show();
  };

  const clear = () => {
    for (const control of [find, ...choices]) control.value = '';
    filter();
  };

  const key = (item, column) => column === 0
    ? String(4 - Number(item.row.dataset.m[1]))
    : item.row.cells[column].textContent;

  const sort = (column, direction) => {
    const collator = new Intl.Collator('en', { numeric: true });
    const keyed = original.map((item, place) => ({ item, place, key: key(item, column) }));
    // What is not known comes last, whichever way one sorts.
    keyed.sort((a, b) => (a.key === '') - (b.key === '')
      || direction * collator.compare(a.key, b.key) || a.place - b.place);
    order = keyed.map((entry) => entry.item);
    body.append(...order.map((item) => item.row));
    headers.forEach((header, place) => {
      if (place === column) header.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
      else header.removeAttribute('aria-sort');
    });
    filter();
  };

  headers.forEach((header, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = header.textContent;
    header.replaceChildren(button);
    button.addEventListener('click', () =>
      sort(column, header.getAttribute('aria-sort') === 'ascending' ? -1 : 1));
  });

  // A link to a row, or to the card of a machine, opens what hides it.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (target.tagName === 'DETAILS') target.open = true;
    if (target.hidden && target.parentElement === body) {
      clear();
      limit = Infinity;
      show();
    }
    target.scrollIntoView();
  };

  let waiting = 0;
  find.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  for (const choice of choices) choice.addEventListener('change', filter);
  controls.addEventListener('submit', (event) => event.preventDefault());
  controls.addEventListener('reset', (event) => { event.preventDefault(); clear(); });
  document.getElementById('more-some').addEventListener('click', () => { limit += AT_ONCE; show(); });
  document.getElementById('more-all').addEventListener('click', () => { limit = Infinity; show(); });
  addEventListener('hashchange', reveal);
  controls.hidden = false;
  show();
  if (location.hash) reveal();
})();
