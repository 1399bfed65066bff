/** From the bytes of an image file to pixels: a file is read whole or refused with the reason. */
package io.github.leukemia4j.image.decode;
