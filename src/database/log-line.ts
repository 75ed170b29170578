/** A line for the operator; a warning unless it says otherwise. */
export type LogLine = (line: string, level?: 'info') => void;
