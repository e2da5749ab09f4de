/** How results become JSON: maps of their members, and what lets Gson write these. */
@NullMarked
package dev.afina.internal.json;

import org.jspecify.annotations.NullMarked;
