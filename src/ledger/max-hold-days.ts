/** The longest hold, counted from the undo that made it. */
export const MAX_HOLD_DAYS = 90;
