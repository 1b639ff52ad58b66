import { parseOrderedJson } from '../../../../src/dialects/openstack-images/python/json-reader';
import { schemaFault } from '../../../../src/dialects/openstack-images/python/json-schema';
import { imageSchema } from '../../../../src/dialects/openstack-images/schemas';

const firstLine = (text: string): string | undefined =>
  schemaFault(imageSchema, parseOrderedJson(text), 'zed')?.split('\n', 1)[0];

test('what matches has no fault', () => {
  expect(firstLine('{"name": null, "tags": ["a"], "min_ram": 5, "anything": "else"}')).toBeUndefined();
});

describe('of several faults one is told', () => {
  test.each([
    // A field comes before what lies in one, whatever the order of the request.
    ['{"tags": [5], "name": 6}', "6 is not of type 'null', 'string'"],
    // A wrong type comes before a wrong value.
    [`{"name": "${'n'.repeat(256)}", "protected": "x"}`, "'x' is not of type 'boolean'"],
    // Else the order of the schema, and custom properties last, in the order of the request.
    ['{"owner": 1, "name": 2}', "2 is not of type 'null', 'string'"],
    ['{"zz": 1, "aa": 2, "name": 3}', "3 is not of type 'null', 'string'"],
    ['{"zz": 1, "aa": 2}', "1 is not of type 'string'"],
    ['{"tags": ["a", 1, 2]}', "1 is not of type 'string'"],
    ['{"disk_format": 5}', "5 is not of type 'null', 'string'"],
  ])('%s: %s', (body, message) => {
    expect(firstLine(body)).toBe(message);
  });
});

describe('values are shown as Python shows them', () => {
  test.each([
    ['true', 'True'],
    ['null', 'None'],
    ['1.5', '1.5'],
    ['1e-5', '1e-05'],
    ['1e22', '1e+22'],
    ['12345678901234567890', '12345678901234567890'],
    ['NaN', 'nan'],
    ['[1, "a"]', "[1, 'a']"],
    ['{"b": 1, "a": [null]}', "{'b': 1, 'a': [None]}"],
    ['1.0', '1.0'],
    ['[-0.0, -0, 2.5e10, 1e15]', '[-0.0, 0, 25000000000.0, 1000000000000000.0]'],
  ])('%s as %s', (json, shown) => {
    expect(firstLine(`{"property": ${json}}`)).toBe(`${shown} is not of type 'string'`);
  });

  test.each([
    ["it's", `"it's"`],
    [`it's "so"`, `'it\\'s "so"'`],
    ['a\\b\n\t\u0001', `'a\\\\b\\n\\t\\x01'`],
    ['é 中 😀', `'é 中 😀'`],
    ['\u00a0\u00ad\u2028', `'\\xa0\\xad\\u2028'`],
  ])('the text %j as %s', (text, shown) => {
    expect(firstLine(JSON.stringify({ disk_format: text }))).toMatch(
      new RegExp(`^${shown.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')} is not one of \\[None, 'ami'`),
    );
  });
});

test('the value below has its members sorted, and a whole number may be written as a fraction', () => {
  const fault = (text: string) => schemaFault(imageSchema, parseOrderedJson(text), 'zed');
  expect(fault('{"property": {"b": 1.0, "a": 2}}')).toMatch(
    /On instance\['property']:\n {4}{'a': 2, 'b': 1.0}$/,
  );
  expect(fault('{"min_disk": 3.0, "min_ram": 1e3}')).toBeUndefined();
});

test('the schema and the value follow, broken at 72 columns', () => {
  const fault = schemaFault(imageSchema, parseOrderedJson(`{"tags": ["${'a b '.repeat(64)}"]}`), 'zed') ?? '';
  const [, ...rest] = fault.split('\n');
  const half = 'a b '.repeat(17);
  expect(rest.slice(0, 6)).toEqual([
    '',
    "Failed validating 'maxLength' in schema['properties']['tags']['items']:",
    "    {'maxLength': 255, 'type': 'string'}",
    '',
    "On instance['tags'][0]:",
    `    ('${half}'`,
  ]);
  expect(rest.at(-1)?.endsWith("')")).toBe(true);
  expect(Math.max(...rest.slice(5).map((line) => line.length))).toBeLessThanOrEqual(76);
});
