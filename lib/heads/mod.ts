/**
 * What a model can say of the next event, one file per distribution: its width,
 * its loss, its log-probabilities, and how a value is drawn.
 *
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { seeded } from "../random/mod.ts";
 * import { categorical, logProbability } from "./mod.ts";
 *
 * const voice = categorical("voice", { classes: 4 });
 * assertEquals(voice.width, 4);
 * assertAlmostEquals(logProbability(voice, [0, 0, 0, 0], 2), -Math.log(4));
 * assertEquals(voice.draw([0, 0, 100, 0], { temperature: 1, prng: seeded(1) }), 2);
 * ```
 *
 * | head | says | loss |
 * | --- | --- | --- |
 * | {@linkcode categorical} | a class | cross-entropy |
 * | {@linkcode regression} | a time in seconds | squared error with a push upwards |
 * | {@linkcode logNormal} | a time in seconds, and how sure that is | `-ln` of the density of its logarithm |
 * | {@linkcode mixtureDensity} | several times, 0 among them, and how likely each is | `-ln` of their mixture |
 * | {@linkcode counted} | a class, by probabilities that were counted | none: nothing trains it |
 *
 * @module
 */
export { categorical, type CategoricalOptions, counted, logSoftmax } from "./categorical.ts";
export * from "./head.ts";
export { logNormal, type LogNormalOptions } from "./log_normal.ts";
export { mixtureDensity, type MixtureDensityOptions } from "./mixture_density.ts";
export { classLogs, logNormalClass, logNormalClasses } from "./normal_classes.ts";
export { paperHeads, type Regression, regression, type RegressionOptions } from "./regression.ts";
export { drawWeighted, sampleClass } from "./sample_class.ts";
