/**
 * Helpers for modules that read files of unknown origin: reading up to a limit, quoting values in
 * messages, writing and deleting files safely. Internal: may change with any version.
 */
@NullMarked
package dev.afina.internal.files;

import org.jspecify.annotations.NullMarked;
