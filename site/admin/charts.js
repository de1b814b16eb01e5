// Bars by month, drawn as SVG; the table below the chart says the same in words.

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, FOOT, HEAD] = [720, 200, 26, 18];

// series: [name, class, value(month)]; months: [["2026-05", counts], ...], the oldest first.
export function bars(title, months, series) {
  const most = Math.max(1, ...months.flatMap(([, counts]) => series.map(([, , value]) => value(counts))));
  const slot = WIDTH / months.length;
  const bar = (slot * 0.7) / series.length;
  const drawn = months.flatMap(([month, counts], place) => [
    ...series.map(([name, style, value], which) => {
      const height = ((HEIGHT - FOOT - HEAD) * value(counts)) / most;
      const x = place * slot + slot * 0.15 + which * bar;
      return draw("rect", { x, y: HEIGHT - FOOT - height, width: bar - 1, height, class: style }, draw("title", {}, `${month}, ${name}: ${value(counts)}`));
    }),
    draw("text", { x: place * slot + slot / 2, y: HEIGHT - 8, "text-anchor": "middle" }, short(month)),
  ]);
  const top = draw("text", { x: 0, y: HEAD - 6 }, `Most in a month: ${most}`);
  const summary = `${title}: ${series.map(([name, , value]) => `${name} ${months.reduce((sum, [, counts]) => sum + value(counts), 0)}`).join(", ")}. The table below has each month.`;
  const chart = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": summary, class: "chart" }, top, ...drawn);
  return chart;
}

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const short = (month) => NAMES[Number(month.slice(5)) - 1];
