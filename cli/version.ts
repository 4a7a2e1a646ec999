/** The version of the program, from the package's description. */
import description from "../package.json" with { type: "json" };

export const { version } = description;
