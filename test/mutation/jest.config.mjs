import project from '../../jest.config.mjs';

const folders = (process.env['MUTATED_FOLDERS'] ?? '').split(',').filter(Boolean);
/** Absolute: Stryker loads the environment itself, without jest's <rootDir>. */
const here = `${process.cwd()}/test/mutation`;

/** The project's tests, of the mutated folders only; the working directory is Stryker's copy of the project. */
export default {
  ...project,
  rootDir: process.cwd(),
  roots: folders.map((folder) => `<rootDir>/test/${folder}`),
  testEnvironment: `${here}/environment.cjs`,
  runner: `${here}/runner.cjs`,
  moduleFileExtensions: [...project.moduleFileExtensions, 'cjs'],
  moduleNameMapper: {
    '^(zod|yaml|fast-check)$': `${here}/modules/$1.cjs`,
    '^zod/mini$': `${here}/modules/zod-mini.cjs`,
  },
};
