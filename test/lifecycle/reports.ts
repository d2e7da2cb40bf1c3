/** TEST_REPORT, as a test build exports it. */
export const report = (...checks: [name: string, status: string][]) =>
  JSON.stringify({ checks: checks.map(([name, status]) => ({ name, status, ms: 5 })) });
