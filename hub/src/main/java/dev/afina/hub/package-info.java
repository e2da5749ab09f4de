/**
 * Downloads from and uploads to the Hugging Face Hub, sharing a cache with Python's {@code
 * huggingface_hub}.
 *
 * <p>A {@link dev.afina.hub.ModelReference} is {@code owner/name@revision}. A {@link
 * dev.afina.hub.HubClient} resolves it to a commit, downloads the files that are not yet in the
 * {@link dev.afina.hub.LocalCache}, and returns their folder. Files are verified by size and hash,
 * and interrupted downloads are resumed. {@link dev.afina.hub.HubPush} uploads files in a single
 * commit, all or nothing. Both read the environment variables of Python's client, which are listed
 * at {@link dev.afina.hub.HubClient#fromEnvironment()}.
 *
 * <p>A {@link dev.afina.hub.LockFile} pins a program to one commit and the hashes of its files. A
 * {@link dev.afina.hub.DownloadListener} receives download progress.
 *
 * <p>Servers are not trusted: no file name can lead out of the cache, and the token is sent only to
 * the Hub's own address.
 */
@NullMarked
package dev.afina.hub;

import org.jspecify.annotations.NullMarked;
