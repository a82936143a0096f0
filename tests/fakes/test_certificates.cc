#include "tests/fakes/test_certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace bench {
namespace {

struct Free {
  void operator()(X509* cert) const { X509_free(cert); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Cert = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Memory = std::unique_ptr<BIO, Free>;

struct Identity {
  Key key;
  Cert cert;
};

void AddExtension(X509* cert, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  X509_add_ext(cert, extension, -1);
  X509_EXTENSION_free(extension);
}

// Signed by `issuer`, or by itself if there is none.
Identity MakeIdentity(const char* name, const Identity* issuer) {
  static long serial = 0;
  Identity made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.cert.reset(X509_new());
  X509* cert = made.cert.get();
  X509_set_version(cert, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(cert), -60);
  X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
  X509_set_pubkey(cert, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  const Identity& signer = issuer == nullptr ? made : *issuer;
  X509_set_issuer_name(cert, X509_get_subject_name(signer.cert.get()));
  if (issuer == nullptr) {
    AddExtension(cert, cert, NID_basic_constraints, "critical,CA:TRUE");
  } else {
    AddExtension(cert, signer.cert.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  }
  X509_sign(cert, signer.key.get(), EVP_sha256());
  return made;
}

std::string Text(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<size_t>(size)};
}

std::string CertPem(const Identity& identity) {
  Memory memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(memory.get(), identity.cert.get());
  return Text(memory.get());
}

std::string KeyPem(const Identity& identity) {
  Memory memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(memory.get(), identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return Text(memory.get());
}

}  // namespace

TestCertificates::TestCertificates() {
  const Identity authority = MakeIdentity("authority", nullptr);
  const Identity server = MakeIdentity("server", &authority);
  const Identity client = MakeIdentity("client", &authority);
  const Identity nobody = MakeIdentity("nobody", nullptr);
  const Identity stranger = MakeIdentity("stranger", &nobody);
  ca = dir_.Write("ca.pem", CertPem(authority));
  server_cert = dir_.Write("server.pem", CertPem(server));
  server_key = dir_.Write("server.key", KeyPem(server));
  client_cert = dir_.Write("client.pem", CertPem(client));
  client_key = dir_.Write("client.key", KeyPem(client));
  stranger_cert = dir_.Write("stranger.pem", CertPem(stranger));
  stranger_key = dir_.Write("stranger.key", KeyPem(stranger));
}

}  // namespace bench
