var convarith = convarith || {};

/** What outputs see of the input along one axis: `field.py` in the library, and tests hold the two equal. */
convarith.fields = (() => {
  "use strict";
  const LONGEST = 4096; // a period that is longer is nothing to read

  /** @param {number} one @param {number} other @returns {number} */
  const gcd = (one, other) => (other ? gcd(other, one % other) : one);
  /** The remainder that Python has, which is never negative. @param {number} n @param {number} period */
  const modulo = (n, period) => ((n % period) + period) % period;

  /** From the first cell of all spans to the last. @param {(Span|null)[]} spans @returns {Span|null} */
  function hull(spans) {
    /** @type {Span|null} */
    let all = null;
    for (const span of spans) {
      if (span) all = all ? [Math.min(all[0], span[0]), Math.max(all[1], span[1])] : [...span];
    }
    return all;
  }

  // --- what one layer reads ---------------------------------------------------------------------------------

  /** The windows of an axis. @param {Axis} axis @param {Count} count @returns {Taps} */
  function tapsOfWindows({ size, stride, dilation, pad_low }, { output, span }) {
    return { cells: size, outputs: output, step: stride, gap: dilation, phases: [[-pad_low, span - 1 - pad_low]] };
  }

  /**
   * The stamps of an axis, from the side of what they write: output j is written by input i where
   * js' = is - p + dm for a kernel cell m.
   * @param {Axis} axis @param {Count} count @returns {Taps}
   */
  function tapsOfStamps({ size, kernel, stride, dilation, pad_low }, { output }) {
    const shared = gcd(stride, dilation), turn = stride / shared; // kernel cells until the same phase is written
    /** @type {(Span|null)[]} */
    const phases = Array(stride).fill(null);
    for (let first = 0; first < Math.min(turn, kernel); first++) {
      const last = first + turn * Math.floor((kernel - 1 - first) / turn);
      const phase = modulo(dilation * first - pad_low, stride);
      const [low, high] = [last, first].map((cell) => (phase + pad_low - dilation * cell) / stride);
      phases[phase] = [low, high];
    }
    return { cells: size, outputs: output, step: 1, gap: dilation / shared, phases };
  }

  /** Cells put before and after, or cut off where they are negative. @param {number} cells @param {Sides} sides */
  function tapsOfShift(cells, [low, high]) {
    return { cells, outputs: cells + low + high, step: 1, gap: 1, phases: [/** @type {Span} */ ([-low, -low])] };
  }

  /** Outputs that each read all there is. @param {number} cells @param {number} outputs @returns {Taps} */
  const tapsOfAll = (cells, outputs) => ({ cells, outputs, step: 0, gap: 1, phases: [[0, cells - 1]] });

  /**
   * An adaptive pool: output j reads floor(ji / o) to ceil((j + 1)i / o) - 1.
   * @param {number} cells @param {number} outputs @returns {Taps}
   */
  function tapsOfShares(cells, outputs) {
    const shared = gcd(cells, outputs), step = cells / shared, period = outputs / shared;
    /** @type {Span[]} */
    const phases = Array(period);
    for (let j = 0; j < period; j++) {
      phases[j] = [Math.floor((j * step) / period), Math.ceil(((j + 1) * step) / period) - 1];
    }
    return { cells, outputs, step, gap: 1, phases };
  }

  /**
   * A resizing: output j looks at x = (j + 1/2)c - 1/2, with c cells for each output; with corners at
   * x = j(i - 1) / (o - 1). Nearest takes the cell at jc; the others those less than the radius from x.
   * @param {number} cells @param {number} outputs @param {number} radius @param {boolean} corners @returns {Taps}
   */
  function tapsOfResizing(cells, outputs, radius, corners) {
    const above = corners ? cells - 1 : cells, below = corners ? Math.max(outputs - 1, 1) : outputs;
    const shared = gcd(above, below) || 1, step = above / shared, period = below / shared;
    /** @type {Span[]} */
    const phases = Array(period);
    for (let j = 0; j < period; j++) {
      const [x, unit] = corners || !radius ? [j * step, period] : [(2 * j + 1) * step - period, 2 * period];
      const near = Math.floor(x / unit);
      phases[j] = radius && x % unit ? [near - radius + 1, near + radius] : [near, near];
    }
    return { cells, outputs, step, gap: 1, phases, clamps: true };
  }

  // --- many layers ------------------------------------------------------------------------------------------

  /** What output j sees. @param {Line} line @param {number} j @returns {Span|null} */
  function spanAt({ step, spans }, j) {
    const q = Math.floor(j / spans.length), span = spans[j - q * spans.length];
    return span && [span[0] + q * step, span[1] + q * step];
  }

  /** The same with its shortest period. @param {Line} line @returns {Line} */
  function shortened(line) {
    const n = line.spans.length;
    for (let period = 1; period < n; period++) {
      if (n % period || (line.step * period) % n) continue;
      const short = { step: (line.step * period) / n, spans: line.spans.slice(0, period) };
      if (line.spans.every((span, j) => String(spanAt(short, j)) === String(span))) return short;
    }
    return line;
  }

  /**
   * What outputs see that read these: the period is the shortest after which both repeat.
   * @param {Line} line @param {Taps} taps @returns {Line|null}
   */
  function throughLine(line, taps) {
    const n = line.spans.length, rounds = n / gcd(n, taps.step);
    if (rounds * taps.phases.length > LONGEST) return null;
    const spans = [];
    for (let q = 0; q < rounds; q++) {
      for (const phase of taps.phases) {
        const read = [], [low, high] = phase || [0, -1];
        // One period from each end is enough: what lies between is what an end sees, moved inwards.
        for (let away = 0; away < n * taps.gap && low + away <= high; away += taps.gap) {
          read.push(low + away, high - away);
        }
        spans.push(hull(read.map((offset) => spanAt(line, q * taps.step + offset))));
      }
    }
    return shortened({ step: ((taps.step * rounds) / n) * line.step, spans });
  }

  /** An input, which sees itself. @param {number} cells @returns {Sight} */
  const ofInput = (cells) => ({ number: 0, cells, line: { step: 1, spans: [[0, 0]] }, whole: null, ways: [] });

  /** @param {[Taps|null, Sight][]} ways @param {Line|null} line @param {Span|null} whole @returns {Sight} */
  function reading(ways, line, whole) {
    const [taps, below] = ways[0];
    const number = 1 + Math.max(...ways.map(([, sight]) => sight.number));
    return { number, cells: taps ? taps.outputs : below.cells, line, whole, ways };
  }

  /**
   * What the outputs of a layer see that reads so along each axis of the map. Numbers that have lost their
   * places are read by no window.
   * @param {Taps[]} taps @returns {(sights: Sight[]) => Sight[]}
   */
  const seeThrough = (taps) => (sights) => sights.map((sight, n) => {
    const line = sight.lost || !sight.line || !taps[n] ? null : throughLine(sight.line, taps[n]);
    return reading([[taps[n] || null, sight]], line, sight.whole);
  });

  /**
   * What so many outputs see that each read all places; they may keep a place of their own all the same.
   * @param {Sight} sight @param {number} outputs
   */
  function gather(sight, outputs, keeps = false) {
    const whole = sight.whole || reach(sight);
    const line = keeps ? sight.line : { step: 0, spans: [whole] };
    return reading([[tapsOfAll(sight.cells, outputs), sight]], line, whole);
  }

  /** What numbers see that lose their places, if they have one. @param {Sight} sight @returns {Sight} */
  const scatter = (sight) => (sight.whole ? sight : { ...reading([[null, sight]], sight.line, null), lost: true });

  /**
   * What outputs see by any of several ways; of ways of different strides no one size speaks.
   * @param {Sight[]} sights @returns {Sight}
   */
  function merge(sights) {
    const [first] = sights;
    if (sights.every((sight) => sight === first)) return first;
    const cells = Math.max(...sights.map((sight) => sight.cells));
    /** @type {Sight} */
    const merged = { ...reading(sights.map((sight) => [null, sight]), null, null), cells };
    if (sights.some((sight) => sight.lost || !sight.line)) return merged;
    const wholes = sights.filter((sight) => sight.whole), lines = sights.flatMap(({ line }) => line || []);
    const moving = lines.filter((line) => line.step);
    const rate = moving.length ? moving[0].step / moving[0].spans.length : 0;
    if (moving.some((line) => line.step / line.spans.length !== rate)) return merged;
    if (wholes.length) {
      const all = reach(merged);
      if (wholes.every(({ whole }) => String(whole) !== String(all))) return merged;
      return { ...merged, line: moving[0] || { step: 0, spans: [all] }, whole: all };
    }
    const period = lines.reduce((n, { spans }) => (n / gcd(n, spans.length)) * spans.length, 1);
    const spans = Array.from({ length: period }, (_, j) => hull(lines.map((line) => spanAt(line, j))));
    return { ...merged, line: shortened({ step: rate * period, spans }) };
  }

  /**
   * The first and the last cell of the input that any output sees; padding is none.
   * @param {Sight} sight @returns {Span|null}
   */
  function reach(sight) {
    /** The outputs of each that are read. @type {Map<Sight, Uint8Array>} */
    const marks = new Map([[sight, new Uint8Array(sight.cells).fill(1)]]);
    const waiting = [sight];
    /** @type {(Span|null)[]} */
    const spans = [];
    while (waiting.length) {
      // What others read is marked in full before it is looked at: those above have higher numbers.
      waiting.sort((one, other) => one.number - other.number);
      const above = /** @type {Sight} */ (waiting.pop()), read = marks.get(above) || new Uint8Array();
      if (!read.includes(1)) continue;
      if (above.whole) spans.push(above.whole);
      else if (!above.ways.length) spans.push([read.indexOf(1), read.lastIndexOf(1)]);
      for (const [taps, below] of above.whole ? [] : above.ways) {
        if (!marks.has(below)) waiting.push(below);
        const found = marks.get(below) || new Uint8Array(below.cells);
        marks.set(below, found);
        if (taps && !below.lost) markRead(taps, read, found);
        // The only place there is, is read by all; and where places are lost, any may be.
        else if (below.lost || below.cells < read.length) found.fill(1);
        else read.forEach((mark, n) => (found[n] |= mark));
      }
    }
    return hull(spans);
  }

  /**
   * Marks the cells that marked outputs read, by where runs of reading begin and end.
   * @param {Taps} taps @param {Uint8Array} read @param {Uint8Array} found
   */
  function markRead({ cells, outputs, step, gap, phases, clamps }, read, found) {
    const next = Math.min(gap, cells), runs = new Int32Array(cells + next);
    for (let j = 0; j < outputs; j++) {
      const phase = phases[j % phases.length];
      if (!read[j] || !phase) continue;
      const q = Math.floor(j / phases.length) * step;
      let [first, last] = [phase[0] + q, phase[1] + q];
      if (clamps) [first, last] = [first, last].map((cell) => Math.min(Math.max(cell, 0), cells - 1));
      if (first < 0) first = modulo(first, gap);
      if (last >= cells) last -= Math.ceil((last - cells + 1) / gap) * gap;
      if (first > last) continue;
      runs[first]++;
      runs[last + next]--;
    }
    for (let cell = 0; cell < cells; cell++) {
      if (cell >= next) runs[cell] += runs[cell - next];
      if (runs[cell] > 0) found[cell] = 1;
    }
  }

  /**
   * What is said of a field; null where no number speaks for all outputs.
   * @param {Sight} sight @param {number} cells of the input @returns {PlaceField|null}
   */
  function said({ line, whole, lost }, cells) {
    const first = whole || (line && line.spans[0]);
    if (!first) return null;
    const sizes = (whole || !line ? [first] : line.spans).map((span) => (span ? span[1] - span[0] + 1 : 0));
    const size = Math.max(...sizes), least = Math.min(...sizes);
    if (lost) return { size, least, jump: null, start: null, centre: null, all: false };
    const jump = line && line.step / line.spans.length;
    const all = Boolean(whole && whole[0] <= 0 && whole[1] >= cells - 1);
    return { size, least, jump, start: first[0], centre: (first[0] + first[1]) / 2, all };
  }

  return {
    ofInput, seeThrough, gather, scatter, merge, said,
    tapsOfWindows, tapsOfStamps, tapsOfShift, tapsOfShares, tapsOfResizing,
  };
})();
