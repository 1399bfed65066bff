package io.github.leukemia4j.service;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a server listens, and what it takes in. Immutable.
 *
 * @param host the address to listen at; any other than the machine's own needs a token
 * @param port 0 for one that is free, else up to 65535
 * @param token that every request but those for health, the page and the description must bring; at
 *     least 16 characters
 * @param limits what one request may ask for
 * @param keep a directory for the images that come, by their digest; empty stores none
 */
public record ServerSettings(
    String host, int port, Optional<String> token, Limits limits, Optional<Path> keep) {
  private static final int SHORTEST_TOKEN = 16;
  private static final int LAST_PORT = 65_535;

  /** On the machine's own address, at the port 8080, without a token. */
  public static final ServerSettings DEFAULT =
      new ServerSettings("127.0.0.1", 8080, Optional.empty(), Limits.DEFAULT, Optional.empty());

  /**
   * @throws IllegalArgumentException where a value is out of its range, or a token is missing; the
   *     message has all faults
   */
  public ServerSettings {
    Objects.requireNonNull(limits, "limits");
    List<String> faults = new ArrayList<>();
    if (port < 0 || port > LAST_PORT) {
      faults.add("The port must be 0 to %d; found %d".formatted(LAST_PORT, port));
    }
    if (token.isPresent() && token.get().length() < SHORTEST_TOKEN) {
      faults.add(
          "The token must have at least %d characters; found %d"
              .formatted(SHORTEST_TOKEN, token.get().length()));
    }
    if (token.isEmpty() && !isLoopback(host)) {
      faults.add(
          "The address %s can be reached from other machines, so that a token must be set; found none"
              .formatted(host));
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join(". ", faults) + ".");
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "The host must be an address of this machine; found %s.".formatted(host), e);
    }
  }

  /** The same at another port. */
  public ServerSettings withPort(int other) {
    return new ServerSettings(host, other, token, limits, keep);
  }

  /** The same with a token. */
  public ServerSettings withToken(String other) {
    return new ServerSettings(host, port, Optional.of(other), limits, keep);
  }

  /** The same with other limits. */
  public ServerSettings withLimits(Limits other) {
    return new ServerSettings(host, port, token, other, keep);
  }

  /**
   * What requests may ask for; all at least 1.
   *
   * @param imageBytes of one image's file
   * @param imagePixels of one image
   * @param images in one request
   * @param bodyBytes of all bodies that are read or worked on at once, over all requests
   * @param waiting images that wait to be classified, over all requests
   * @param connections that are open at once
   * @param patience how long a request may take, its body included
   */
  public record Limits(
      long imageBytes,
      long imagePixels,
      int images,
      long bodyBytes,
      int waiting,
      int connections,
      Duration patience) {
    /** 16 MiB and 10 million pixels an image, 256 images, 512 waiting, 512 connections, 30 s. */
    public static final Limits DEFAULT =
        new Limits(
            16L << 20,
            10_000_000,
            256,
            Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 8),
            512,
            512,
            Duration.ofSeconds(30));

    /**
     * @throws IllegalArgumentException where one is below 1
     */
    public Limits {
      if (imageBytes < 1
          || imagePixels < 1
          || images < 1
          || bodyBytes < 1
          || waiting < 1
          || connections < 1
          || patience.isZero()
          || patience.isNegative()) {
        throw new IllegalArgumentException(
            "Every limit must be at least 1; found %s bytes and %s pixels an image, %s images, %s bytes of bodies, %s waiting, %s connections, %s."
                .formatted(
                    imageBytes, imagePixels, images, bodyBytes, waiting, connections, patience));
      }
    }

    /** The same with another number of images that may wait. */
    public Limits withWaiting(int other) {
      return new Limits(imageBytes, imagePixels, images, bodyBytes, other, connections, patience);
    }

    /** The same with another time. */
    public Limits withPatience(Duration other) {
      return new Limits(imageBytes, imagePixels, images, bodyBytes, waiting, connections, other);
    }
  }
}
