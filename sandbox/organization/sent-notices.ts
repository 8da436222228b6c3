/** What was sent through SNS, EventBridge and SES. */
export type SentNotice = SentMessage | SentEvent | SentMail;

export interface SentMessage {
  readonly kind: 'message';
  readonly topicArn: string;
  readonly subject: string;
  readonly body: string;
}

export interface SentEvent {
  readonly kind: 'event';
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  /** Parsed JSON. */
  readonly detail: unknown;
}

export interface SentMail {
  readonly kind: 'mail';
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly body: string;
}

/** As Security Hub stores it. */
export type SecurityFinding = Readonly<Record<string, unknown>> & { readonly Id: string };
