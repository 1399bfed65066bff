package io.github.leukemia4j.data.check;

import io.github.leukemia4j.data.Sample;

/**
 * Two images that show the same, though their files differ: saved anew, at another size, or
 * brightened.
 *
 * @param first the one whose id comes first
 * @param second the other
 * @param distance how many of the 64 bits of their {@link
 *     io.github.leukemia4j.image.quality.PerceptualHash} differ
 * @param correlation of the details of their grey pixels, area-averaged to 16 x 16 and less the
 *     mean of the 5 x 5 around each, in [-1, 1]
 * @param contradicting whether neither label lies at or above the other
 * @param acrossPatients whether they are filed under two patients
 */
public record NearDuplicate(
    Sample first,
    Sample second,
    int distance,
    double correlation,
    boolean contradicting,
    boolean acrossPatients) {}
