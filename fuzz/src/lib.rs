//! Fuzz targets for everything that reads untrusted bytes.
