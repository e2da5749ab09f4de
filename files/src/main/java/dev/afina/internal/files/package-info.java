/**
 * What all modules need that read files which somebody else wrote: reading with a limit, quoting a
 * value in a message, removing a folder. Internal: it may change with any version.
 */
@NullMarked
package dev.afina.internal.files;

import org.jspecify.annotations.NullMarked;
