/**
 * The protocol's numbers that the features use (Language Server Protocol specification). They are
 * kept here so that only the server itself loads the protocol's library.
 */

export const completionItemKind = {
  text: 1,
  function: 3,
  field: 5,
  variable: 6,
  module: 9,
  property: 10,
  unit: 11,
  value: 12,
  enum: 13,
  keyword: 14,
  snippet: 15,
  file: 17,
  reference: 18,
  constant: 21,
  struct: 22,
  event: 23,
  operator: 24,
  typeParameter: 25,
} as const;

export const insertTextFormat = { plain: 1, snippet: 2 } as const;

export const symbolKind = {
  module: 2,
  namespace: 3,
  function: 12,
  variable: 13,
  constant: 14,
  string: 15,
  array: 18,
  key: 20,
  object: 19,
  event: 24,
  operator: 25,
} as const;

export const severity = { error: 1, warning: 2, information: 3, hint: 4 } as const;

export const highlightKind = { text: 1, read: 2, write: 3 } as const;

export const foldingKind = { comment: "comment", region: "region" } as const;
