/** What left the sandbox for people or other systems, in the order in which it came. */
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
  /** As it was JSON. */
  readonly detail: unknown;
}

export interface SentMail {
  readonly kind: 'mail';
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly body: string;
}
