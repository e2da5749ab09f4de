/**
 * A small Hugging Face Hub on this machine, for tests.
 *
 * <p>{@link dev.afina.hub.testing.LocalHub} listens on a free port and implements the Hub's
 * protocol: commits, paged listings, redirects, large files with hashes, tokens, multipart uploads.
 * Tests fill and inspect a {@link dev.afina.hub.testing.LocalRepository} in Java. {@link
 * dev.afina.hub.testing.Faults} makes connections break, answers wrong and servers slow, and {@link
 * dev.afina.hub.testing.RecordedRequest}s show what was requested.
 */
@NullMarked
package dev.afina.hub.testing;

import org.jspecify.annotations.NullMarked;
