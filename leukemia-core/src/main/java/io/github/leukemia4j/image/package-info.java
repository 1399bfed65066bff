/** From the bytes of an image file to pixels: decoding, resizing, augmentation, quality. */
package io.github.leukemia4j.image;
