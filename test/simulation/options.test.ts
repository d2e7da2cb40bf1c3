import { faultKinds } from './contract';
import { readOptions } from './run/options';

const faults = (text: string) => readOptions(['--faults', text], 2).faults;

test('faults are chosen by name, and left out by name', () => {
  expect(faults('all')).toEqual([...faultKinds]);
  expect(faults('none')).toEqual([]);
  expect(faults('killed,event-lost')).toEqual(['event-lost', 'killed']);
  expect(faults('-killed')).toEqual(faultKinds.filter((kind) => kind !== 'killed'));
  expect(faults('all,-killed,-event-lost')).toHaveLength(faultKinds.length - 2);
});

test('without options: a hundred seeds with every fault, as many processes as cores', () => {
  expect(readOptions([], 2)).toMatchObject({ seeds: 100, firstSeed: 1, workers: 2, faults: [...faultKinds] });
});
