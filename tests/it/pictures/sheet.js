// One sheet of LibreOffice's page as a screen shows it: letters above, numbers beside, so many rows,
// and only the columns of these letters; the others are hidden.
(sheet, wanted, rows) => {
    const names = [...document.querySelectorAll("h1 em")].map((name) => name.textContent);
    const table = document.querySelectorAll("table")[Math.max(0, names.indexOf(sheet))];
    const groups = [...table.querySelectorAll("colgroup")];
    const widths = groups.flatMap((group) => Array(group.span).fill(Number(group.width)));
    const head = (text) => Object.assign(document.createElement("th"), { textContent: text });
    const letters = (at) => (at < 26 ? "" : letters(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26));

    [...table.rows].slice(rows).forEach((row) => row.remove());
    [...table.rows].forEach((row, at) => row.prepend(head(at + 1)));
    table.insertRow(0).append(head(""), ...widths.map((_, at) => head(letters(at))));
    groups.forEach((group) => group.remove());
    const columns = [42, ...widths].map((width) => Object.assign(document.createElement("col"), { width }));
    const all = document.createElement("colgroup");
    all.append(...columns);
    table.prepend(all);
    // From the right, so that the places to the left stay what they are.
    for (let at = widths.length - 1; at >= 0; at--) {
        if (wanted.includes(letters(at))) continue;
        columns[at + 1].remove();
        // Cells that a chart covers are not there.
        for (const row of table.rows) row.cells[at + 1]?.remove();
    }
    table.width = [...all.children].reduce((sum, column) => sum + Number(column.width), 0);
    document.body.replaceChildren(table);
    const style = document.createElement("style");
    style.textContent = `
        body { margin: 0; display: inline-block; }
        table { table-layout: fixed; border-collapse: collapse; background: #fff; }
        td, th { border: 1px solid #e1e4e8; padding: 1px 4px; white-space: nowrap; vertical-align: middle; }
        td, td *, th { font: 13px/17px "DejaVu Sans", sans-serif; }
        td b, td b * { font-weight: bold; }
        th { background: #eef0f2; color: #57606a; text-align: center; }`;
    document.head.replaceChildren(style);
    return all.children.length - 1;
}
