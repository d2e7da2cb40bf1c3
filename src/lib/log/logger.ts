/** Fields are what the caller names one by one; nothing is logged that nobody asked for, least of all the environment. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log lines, one JSON object each. Errors among the fields are told with codes and causes. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A CloudWatch metric of value 1, by dimension `reason` (embedded metric format: no API call). */
  count(metric: string, reason: string): void;
  /** The same logger with fields on every line. */
  with(fields: LogFields): Logger;
}

/** Namespace of the bakery's metrics; alarms name it. */
export const metricNamespace = 'AmiBakery';

/** @param to.write takes one line, without its end */
export function createLogger(to: {
  write: (line: string) => void;
  nowMs: () => number;
  fields?: LogFields;
}): Logger {
  const line = (level: string) => (message: string, fields?: LogFields) =>
    to.write(
      JSON.stringify(
        { time: new Date(to.nowMs()).toISOString(), level, message, ...to.fields, ...fields },
        // An error has no fields that JSON sees: without this it would be logged as {}.
        (_, value: unknown) => (value instanceof Error ? describeError(value) : value),
      ),
    );
  return {
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    count: (metric, reason) => to.write(embeddedMetric(metric, reason, to.nowMs(), to.fields)),
    with: (fields) => createLogger({ ...to, fields: { ...to.fields, ...fields } }),
  };
}

export interface DescribedError {
  name: string;
  message: string;
  code?: string;
  /** Of the outermost error only. */
  stack?: string;
  cause?: DescribedError;
}

/** A chain of causes is cut here: a cause may be its own. */
const maxCauses = 5;

export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(depth === 0 && error.stack !== undefined ? { stack: error.stack } : {}),
    ...(error.cause !== undefined && depth < maxCauses
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const embeddedMetric = (metric: string, reason: string, nowMs: number, fields: LogFields = {}): string =>
  JSON.stringify({
    ...fields,
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: metricNamespace,
          // By bakery alone as well: an alarm cannot add up what it does not know the reasons of.
          Dimensions: fields['bakery'] === undefined ? [['reason']] : [['reason'], ['bakery']],
          Metrics: [{ Name: metric, Unit: 'Count' }],
        },
      ],
    },
    reason,
    [metric]: 1,
  });
