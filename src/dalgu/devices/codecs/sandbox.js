// What a vendor's codec finds around it, and the one way to call it.
//
// A codec must give the same fields for the same uplink, whatever came before. So its text runs
// anew in each call, as the body of a function; the language's own objects are frozen between
// calls and global variables that a call made are taken away after it. There is no I/O in the
// language itself; its clock is the instant of the uplink, its chance is seeded, its locale is
// en-US in UTC. A codec that will not run among frozen objects gets a context for each call
// (`worker.py`), which is slower and means the same.
(function (source, outputLimit, isFrozen, assignedNames) {
  'use strict';
  const { parse, stringify } = JSON;
  const { ownKeys, construct, apply, getPrototypeOf } = Reflect;
  const { freeze, keys, defineProperty, getOwnPropertyDescriptor, getOwnPropertySymbols } = Object;
  const { isArray } = Array;
  const world = globalThis;
  const RealDate = Date;
  let nowMs = 0;
  let chance = 1;

  const hide = (target, name, value) =>
    defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });

  function clock() {
    function Clock(...parts) {
      if (new.target === undefined) return new RealDate(nowMs).toString();
      return construct(RealDate, parts.length ? parts : [nowMs], new.target);
    }
    for (const name of ['parse', 'UTC']) hide(Clock, name, RealDate[name]);
    hide(Clock, 'now', () => nowMs);
    Clock.prototype = RealDate.prototype;
    hide(RealDate.prototype, 'constructor', Clock);
    hide(Clock, 'name', 'Date');
    hide(world, 'Date', Clock);
  }

  // en-US of ECMA-402 in UTC, the forms that codecs use: 1/31/2024, 3:04:05 PM and 1,234.568
  function locale() {
    const two = (number) => (number < 10 ? '0' : '') + number;
    const day = (d) => `${d.getUTCMonth() + 1}/${d.getUTCDate()}/${d.getUTCFullYear()}`;
    const time = (d) => {
      const hour = d.getUTCHours();
      const clockTime = `${hour % 12 || 12}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
      return `${clockTime} ${hour < 12 ? 'AM' : 'PM'}`;
    };
    const valid = (write) =>
      function () {
        return Number.isNaN(this.getTime()) ? 'Invalid Date' : write(this);
      };
    hide(RealDate.prototype, 'toLocaleDateString', valid(day));
    hide(RealDate.prototype, 'toLocaleTimeString', valid(time));
    hide(RealDate.prototype, 'toLocaleString', valid((d) => `${day(d)}, ${time(d)}`));
    hide(Number.prototype, 'toLocaleString', function (_locale, options = {}) {
      const number = Number(this);
      if (!Number.isFinite(number)) return Number.isNaN(number) ? 'NaN' : number < 0 ? '-∞' : '∞';
      const least = options.minimumFractionDigits ?? 0;
      const most = options.maximumFractionDigits ?? Math.max(3, least);
      let [whole, rest = ''] = Math.abs(number).toFixed(most).split('.');
      while (rest.length > least && rest.endsWith('0')) rest = rest.slice(0, -1);
      whole = whole.replace(/\B(?=(\d{3})+$)/g, ',');
      return (number < 0 ? '-' : '') + whole + (rest ? `.${rest}` : '');
    });
  }

  function surroundings() {
    clock();
    locale();
    hide(Math, 'random', () => {
      chance = (chance * 48271) % 2147483647; // Park and Miller, the same in each call
      return chance / 2147483647;
    });
    // TS013 gives a Date as recvTime, network servers the text; codecs are written for either.
    for (const name of ['getTime', 'toISOString']) {
      hide(String.prototype, name, function () {
        return apply(RealDate.prototype[name], new RealDate(this), []);
      });
    }
    const silent = () => undefined;
    hide(world, 'console', { log: silent, info: silent, warn: silent, error: silent, debug: silent });
  }

  // A frozen data property forbids `child.toString = …` on all that inherit it, and codecs in
  // strict mode throw at `Math.trunc = Math.trunc || …`. As an accessor it lets a child have its
  // own, and passes over what is already so since the codec ran for the first time.
  function letBeAssigned(object, name, own) {
    defineProperty(object, name, {
      get: () => own.value,
      set(value) {
        if (this === object) return;
        defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      },
      enumerable: own.enumerable,
      configurable: false,
    });
  }

  function freezeLanguage() {
    const ancestors = new Set([Object, Error, TypeError, RangeError].map((kind) => kind.prototype));
    const assigned = new Set(assignedNames);
    const frozen = new Set([world]);
    const waiting = [
      function* () {}, async function () {}, [][Symbol.iterator](), ''[Symbol.iterator](),
      new Map()[Symbol.iterator](), new Set()[Symbol.iterator](), new Uint8Array(0),
    ].map(getPrototypeOf);
    for (const [owner, name, answer] of [
      [Object, 'defineProperty', (object) => object],
      [Object, 'defineProperties', (object) => object],
      [Reflect, 'defineProperty', () => true],
    ]) {
      const define = owner[name];
      hide(owner, name, (object, ...rest) =>
        frozen.has(object) ? answer(object) : define(object, ...rest));
    }
    for (const name of ownKeys(world)) {
      const own = getOwnPropertyDescriptor(world, name);
      waiting.push(own.value);
      if (!own.configurable) continue;
      if (assigned.has(name)) letBeAssigned(world, name, own);
      else defineProperty(world, name, { writable: false, configurable: false });
    }
    while (waiting.length) {
      const object = waiting.pop();
      if ((typeof object !== 'object' && typeof object !== 'function') || object === null) continue;
      if (frozen.has(object)) continue;
      frozen.add(object);
      waiting.push(getPrototypeOf(object));
      for (const name of ownKeys(object)) {
        const own = getOwnPropertyDescriptor(object, name);
        waiting.push(own.value, own.get, own.set);
        if (own.configurable && 'value' in own && (ancestors.has(object) || assigned.has(name))) {
          letBeAssigned(object, name, own);
        }
      }
      freeze(object);
    }
  }

  const NAMES = ['decodeUplink', 'Decode', 'Decoder', 'encodeDownlink', 'Encode', 'Encoder',
    'decodeDownlink'];
  const exported = NAMES.map((name) => `${name}: typeof ${name} === 'function' ? ${name} : null`);

  // Functions of a script are properties of the global object, by which some codecs call them.
  function published() {
    if (!/\b(this|globalThis)\s*[.[]/.test(source)) return '';
    const names = source.match(/^function\s+[A-Za-z_$][\w$]*/gm) ?? [];
    return names.map((text) => text.split(/\s+/)[1])
      .map((name) => `if (typeof ${name} === 'function') globalThis.${name} = ${name};`).join('');
  }

  surroundings();
  const codec = new Function(`${source}\n;${published()}return {${exported.join(', ')}};`);
  const before = isFrozen ? new Set(globals()) : null;
  const offered = apply(codec, world, []); // polyfills of the codec come before the frost
  if (isFrozen) {
    forgetGlobals();
    freezeLanguage();
  }

  // What a codec can add, as the frost lets nobody define hidden properties of the global object.
  function globals() {
    return keys(world).concat(getOwnPropertySymbols(world));
  }

  function forgetGlobals() {
    return globals().every((name) => before.has(name) || delete world[name]);
  }

  // TS013-1.0.0; and the shapes before it: Decode(fPort, bytes, variables), Decoder(bytes, fPort)
  // A function of a script is called without an object, so that its `this` is the global one.
  const call = (codecFunction, ...given) => apply(codecFunction, undefined, given);
  const TELL = {
    decodeUplink(functions, input) {
      if (functions.decodeUplink) return call(functions.decodeUplink, input);
      if (functions.Decode) {
        return { data: call(functions.Decode, input.fPort, input.bytes, input.variables) };
      }
      return { data: call(functions.Decoder, input.bytes, input.fPort) };
    },
    encodeDownlink(functions, input) {
      if (functions.encodeDownlink) return call(functions.encodeDownlink, input);
      const bytes = functions.Encode
        ? call(functions.Encode, input.fPort, input.data, input.variables)
        : call(functions.Encoder, input.data, input.fPort);
      return { fPort: input.fPort, bytes };
    },
    decodeDownlink: (functions, input) => call(functions.decodeDownlink, input),
  };
  const CAN = {
    decodeUplink: ['decodeUplink', 'Decode', 'Decoder'],
    encodeDownlink: ['encodeDownlink', 'Encode', 'Encoder'],
    decodeDownlink: ['decodeDownlink'],
  };
  const can = {};
  for (const name of ownKeys(CAN)) can[name] = CAN[name].some((one) => offered[one] !== null);

  // Returns 'O' and the result, 'S' where the codec has no such function, 'L' where the output is
  // too long; 'C' before it where a global variable stays behind. What the codec throws is thrown.
  return function (name, atMs, text) {
    if (!can[name]) return 'S';
    nowMs = atMs;
    chance = 1;
    let output;
    let isClean = true;
    try {
      const result = TELL[name](apply(codec, world, []), parse(text));
      output = stringify(result === undefined ? null : result);
    } finally {
      if (isFrozen) isClean = forgetGlobals();
    }
    if (output === undefined) output = 'null';
    const reply = output.length > outputLimit ? `L${output.length}` : `O${output}`;
    return isClean ? reply : `C${reply}`;
  };
});
