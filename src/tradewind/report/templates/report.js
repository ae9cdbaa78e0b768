(function () {
  "use strict";
  document.documentElement.classList.add("live");

  // Sort a table by the column whose heading is chosen; full values are in data-key.
  document.querySelectorAll("table.sortable").forEach(function (table) {
    var heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") !== "descending";
        if (column === 0) { down = head.getAttribute("aria-sort") === "ascending"; }
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var rows = Array.from(table.tBodies[0].rows);
        rows.sort(function (a, b) {
          var x = a.cells[column], y = b.cells[column];
          var order = column === 0
            ? x.textContent.localeCompare(y.textContent, document.documentElement.lang)
            : compare(parseFloat(x.dataset.key), parseFloat(y.dataset.key), down);
          return down ? -order : order;
        });
        rows.forEach(function (row) { table.tBodies[0].appendChild(row); });
      });
    });
  });

  // What is not defined (NaN) goes last in either direction.
  function compare(x, y, down) {
    if (isNaN(x) || isNaN(y)) { return (isNaN(x) - isNaN(y)) * (down ? -1 : 1); }
    return x - y;
  }

  // The enlarged map is one element to the browser: find the country under the pointer.
  function enlarged(event) {
    var map = event.target.closest(".europe");
    if (!map) { return null; }
    var point = new DOMPoint(event.clientX, event.clientY)
      .matrixTransform(map.getScreenCTM().inverse());
    return Array.from(document.querySelectorAll("#outline .c")).find(function (country) {
      return country.querySelector("path").isPointInFill(point);
    });
  }

  // Read values out under the maps and the heat map.
  document.querySelectorAll("figure").forEach(function (figure) {
    var readout = figure.querySelector(".readout");
    if (!readout) { return; }
    var last = null;
    function show(event) {
      var cell = event.target.closest(".heat tbody td");
      var place = event.target.closest(".map .c, .edge, .node, .dot") || enlarged(event);
      if (cell) {
        if (last) { last.classList.remove("on"); }
        last = cell;
        cell.classList.add("on");
        var head = cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
        readout.textContent = cell.parentNode.cells[0].textContent + " · " + head.title + ": " +
          cell.textContent;
      } else if (place) {
        readout.textContent = place.querySelector("title").textContent;
      }
    }
    figure.addEventListener("pointerover", show);
    figure.querySelectorAll(".europe").forEach(function (map) {
      map.addEventListener("pointermove", show);
    });
    figure.addEventListener("click", show);
  });
})();
