/** A mutant that behaves like the code, so that no test can kill it. */
export interface Equivalent {
  readonly file: string;
  /** Is in the file exactly once. */
  readonly code: string;
  /** The code as the mutant has it. */
  readonly mutated: string;
  readonly reason: string;
}

type Changes = readonly [code: string, ...mutated: string[]];

const BY_REASON: Readonly<Record<string, Readonly<Record<string, readonly Changes[]>>>> = {
  'The text that the mutant adds to the list has none of the fields that are read, so it is ignored.': {
    'src/organization/ou-tree.ts': [
      ['Name?: string | undefined }[] = []', 'Name?: string | undefined }[] = ["Stryker was here"]'],
    ],
    'src/organization/trusted-access.ts': [
      ['page.EnabledServicePrincipals ?? []', 'page.EnabledServicePrincipals ?? ["Stryker was here"]'],
      ['page.DelegatedAdministrators ?? []', 'page.DelegatedAdministrators ?? ["Stryker was here"]'],
    ],
    'src/sweep/outcome.ts': [['endOf(plan, []', 'endOf(plan, ["Stryker was here"]']],
  },
  'The text that the mutant adds to the list is not a path of an account.': {
    'src/organization/path.ts': [['paths ?? []', 'paths ?? ["Stryker was here"]']],
  },
  'A path has at least one root, and every OU on it was listed.': {
    'src/organization/account-ous.ts': [['last?.accounts.push(accountId)', 'last.accounts.push(accountId)']],
    'src/organization/ou-tree.ts': [
      ["this.units.add(path.at(-1) ?? '')", 'this.units.add(path.at(-1) ?? "Stryker was here!")'],
      [
        "accounts.get(path.at(-1) ?? '')?.push(accountId)",
        'accounts.get(path.at(-1) ?? "Stryker was here!")?.push(accountId)',
        "accounts.get(path.at(-1) ?? '').push(accountId)",
      ],
    ],
  },
  'A name or a parent that is undefined is the same as none.': {
    'src/organization/ou-tree.ts': [
      ['if (name) this.names', 'if (true) this.names'],
      ['if (parent) this.parents', 'if (true) this.parents'],
    ],
  },
  'An entry without an id fails the whole listing right afterwards.': {
    'src/organization/ou-tree.ts': [['if (!id) continue', 'if (false) continue']],
  },
  'accounts is false unless it is true.': {
    'src/organization/account-ous.ts': [['{ accounts: false }', '{}']],
  },
  'If reading the index of tags throws any error, the index is not used.': {
    'src/organization/opt-out-tags.ts': [
      ['if (!tagging) return', 'if (false) return'],
      ["completeList('tag:GetResources'", 'completeList(""'],
      ['if (!page.ResourceTagMappingList) return', 'if (false) return'],
      ["arn?.split('/').at(-1)", "arn.split('/').at(-1)"],
    ],
  },
  'split returns at least one part.': {
    'src/ledger/location.ts': [
      ["const [bucket = '', ...parts]", 'const [bucket = "Stryker was here!", ...parts]'],
    ],
  },
  'The level of compression changes only size and speed.': {
    'src/ledger/compress.ts': [
      ['deflateRawSync(serialize(value), { level: 1 })', 'deflateRawSync(serialize(value), {})'],
    ],
  },
  'An object of records that can be parsed has at least one line.': {
    'src/ledger/read-run.ts': [["first?.type === 'run-started'", "first.type === 'run-started'"]],
  },
  'One more slice, behind the last key, is empty.': {
    'src/ledger/read-run.ts': [['start < keys.length', 'start <= keys.length']],
  },
  'The case changes nothing, so no case has to match.': {
    'src/ledger/stored-run.ts': [["case 'requests-sent':", 'case "":']],
  },
  'Packing changes only the memory that the keys of an account take.': {
    'src/ledger/stored-run.ts': [
      [
        'if (finished === undefined || decisions.length + writes.size < PACKED_FROM) return',
        'if (false) return',
        'if (finished === undefined && decisions.length + writes.size < PACKED_FROM) return',
        'if (false || decisions.length + writes.size < PACKED_FROM) return',
        'if (finished === undefined || false) return',
        'if (finished === undefined || decisions.length + writes.size <= PACKED_FROM) return',
      ],
      ['if (last?.packed !== packed) last', 'if (true) last'],
    ],
  },
  'The decisions of an account without a plan are not kept.': {
    'src/ledger/stored-run.ts': [['plan?.decisions ?? []', 'plan?.decisions ?? ["Stryker was here"]']],
  },
  'The error already names its call.': {
    'src/sweep/apply/write-keys.ts': [["failureOf('sts:AssumeRole', error)", 'failureOf("", error)']],
    'src/sweep/plan/plan-account.ts': [["failureOf('iam:ListAccessKeys', error)", 'failureOf("", error)']],
  },
  'A session that is not for writing or inspecting is for reading.': {
    'src/sweep/plan/plan-account.ts': [
      [
        'openAccountSession(target, { reads: true }',
        'openAccountSession(target, {}',
        'openAccountSession(target, { reads: false }',
      ],
    ],
    'src/sweep/undo/current-keys.ts': [
      [
        'openAccountSession(target, { reads: true }',
        'openAccountSession(target, {}',
        'openAccountSession(target, { reads: false }',
      ],
    ],
  },
  'finish is called only once, so the list of early plans exists.': {
    'src/sweep/plan/plan-targets.ts': [
      ['early?.filter(', 'early.filter('],
      ['plans: readonly EarlyPlan[] = []', 'plans: readonly EarlyPlan[] = ["Stryker was here"]'],
    ],
  },
  'The error is never shown, only its cause.': {
    'src/sweep/errors.ts': [
      ["name = 'LedgerStopError'", 'name = ""'],
      ["code = 'LEDGER_FAILED'", 'code = ""'],
    ],
    'src/sweep/stop-on-ledger-error.ts': [
      ["new LedgerStopError('the ledger failed', ", 'new LedgerStopError("", '],
    ],
  },
  'If the configuration has no opt-out tag, no tags are read.': {
    'src/sweep/survey/survey-organization.ts': [['tag === false', 'false', 'tag === true']],
  },
  'A field that is missing is undefined as well.': {
    'src/sweep/survey/survey-organization.ts': [
      ['{ seen: undefined, units: undefined, failure: undefined }', '{}'],
    ],
  },
  'If the placement was not looked up, no setting depends on the path.': {
    'src/sweep/undo/apply-undo.ts': [
      ['{ known: true, path: [] }', '{ known: true, path: ["Stryker was here"] }'],
    ],
  },
};

/** Mutants of one reason are together. */
export const EQUIVALENT: readonly Equivalent[] = Object.entries(BY_REASON).flatMap(([reason, byFile]) =>
  Object.entries(byFile).flatMap(([file, changes]) =>
    changes.flatMap(([code, ...all]) => all.map((mutated) => ({ file, code, mutated, reason }))),
  ),
);
