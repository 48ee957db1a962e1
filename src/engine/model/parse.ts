/** Network specifications from files. They are data: nothing in them is executed. */
import * as v from 'valibot';
import { UserError } from '../../shared/errors';
import { networkSpecSchema, type NetworkSpec } from './spec';

/**
 * @param text JSON
 * @param fileName only for messages
 * @throws UserError `model-invalid`, naming the file and the field
 */
export function parseNetworkSpec(text: string, fileName: string): NetworkSpec {
  const result = v.safeParse(networkSpecSchema, parseJson(text, fileName));
  if (result.success) return result.output;
  const issue = result.issues[0];
  const place = fieldName(issue);
  throw new UserError(
    'model-invalid',
    `${fileName} does not hold a network: ${place === '' ? '' : `at ${place}, `}${describeIssue(issue)}.`,
  );
}

function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError('model-invalid', `${fileName} is not valid JSON: ${reason}`, { cause: error });
  }
}

/** `encoder.3.kernel`: the same names as in shape errors. */
function fieldName(issue: v.InferIssue<typeof networkSpecSchema>): string {
  return v.getDotPath(issue) ?? '';
}

function describeIssue(issue: v.InferIssue<typeof networkSpecSchema>): string {
  // Only limits such as minValue have no `expected` of their own; their message says it.
  if (issue.expected === null) return issue.message;
  return issue.received === 'undefined'
    ? `a value is missing, expected ${issue.expected}`
    : `found ${issue.received}, expected ${issue.expected}`;
}
