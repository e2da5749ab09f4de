/**
 * Downloads from the Hugging Face Hub and pushes to it, with the cache that Python's
 * huggingface_hub uses.
 *
 * <p>A {@link dev.afina.hub.ModelReference} is {@code owner/name@revision}. A {@link
 * dev.afina.hub.HubClient} asks which commit that is, downloads the files of it that are not in the
 * {@link dev.afina.hub.LocalCache}, verified by size and hash and resumed where a connection broke,
 * and gives a folder. {@link dev.afina.hub.HubPush} uploads files in one commit: all or nothing.
 * Both follow the environment variables that Python's client follows; {@link
 * dev.afina.hub.HubClient#fromEnvironment()} lists them.
 *
 * <p>A {@link dev.afina.hub.LockFile} holds a program to one commit and the hashes of its files. A
 * {@link dev.afina.hub.DownloadListener} hears how far a download is.
 *
 * <p>What a server sends is not trusted: no name leads out of the cache, and the token goes to the
 * Hub's own address only.
 */
@NullMarked
package dev.afina.hub;

import org.jspecify.annotations.NullMarked;
