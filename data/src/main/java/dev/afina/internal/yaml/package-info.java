/**
 * Reads and writes the YAML metadata of a README.md on the Hub: read with limits, written so that
 * all parsers agree. Internal: may change with any version.
 */
@NullMarked
package dev.afina.internal.yaml;

import org.jspecify.annotations.NullMarked;
