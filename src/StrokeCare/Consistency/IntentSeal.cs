using System.Security.Cryptography;
using System.Text;

namespace StrokeCare.Consistency;

/// <summary>Seals an intent's payload with AES-256-GCM, bound to the intent's id. Nonce (12 bytes), tag (16) and text follow one another.</summary>
public sealed class IntentSeal(byte[] key)
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int TextAt = NonceLength + TagLength;

    public byte[] Seal(string intentId, ReadOnlySpan<byte> payload)
    {
        var whole = new byte[TextAt + payload.Length];
        RandomNumberGenerator.Fill(whole.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(whole.AsSpan(0, NonceLength), payload, whole.AsSpan(TextAt), whole.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(intentId));
        return whole;
    }

    /// <exception cref="CryptographicException">Another key, another intent, or changed bytes.</exception>
    public byte[] Open(string intentId, byte[] whole)
    {
        if (whole.Length < TextAt) throw new CryptographicException("The payload of an intent is too short.");
        var payload = new byte[whole.Length - TextAt];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(whole.AsSpan(0, NonceLength), whole.AsSpan(TextAt), whole.AsSpan(NonceLength, TagLength), payload, Encoding.UTF8.GetBytes(intentId));
        return payload;
    }
}
