/**
 * A small Hugging Face Hub on this machine, for tests.
 *
 * <p>{@link dev.afina.hub.testing.LocalHub} listens on a free port and speaks the Hub's protocol:
 * commits, listings in pages, redirects, large files with their hashes, tokens, uploads in parts. A
 * {@link dev.afina.hub.testing.LocalRepository} is filled and looked at in Java. {@link
 * dev.afina.hub.testing.Faults} has connections break, answers lie and servers be slow, and {@link
 * dev.afina.hub.testing.RecordedRequest}s tell what was asked.
 */
@NullMarked
package dev.afina.hub.testing;

import org.jspecify.annotations.NullMarked;
