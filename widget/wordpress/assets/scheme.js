/** Few themes say whether they are light or dark, which the widget's fields and colours go by: their text says it. */
for (const area of document.querySelectorAll(".wortmeldung-area")) {
  const style = window.getComputedStyle(area);
  const [red = 0, green = 0, blue = 0] = (style.color.match(/[\d.]+/g) ?? []).map(Number);
  const light = red * 0.299 + green * 0.587 + blue * 0.114 > 140;
  if (style.colorScheme === "normal") area.style.colorScheme = light ? "dark" : "light";
}
