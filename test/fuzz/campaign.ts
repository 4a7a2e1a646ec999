/** What `npm run fuzz` can run: a campaign tries random cases until its time is over. */

export interface CampaignOptions {
  /** How long to go on; one round is always done. */
  readonly seconds: number;
  /** The first seed; each round takes the next one. */
  readonly seed: number;
  /** Prints a line. */
  readonly print: (text: string) => void;
}

export interface Campaign {
  readonly name: string;
  /** One sentence: what is compared with what. */
  readonly summary: string;
  /** Runs; returns whether all was as it should be. Throws with one sentence where it cannot run. */
  run(options: CampaignOptions): Promise<boolean>;
}
