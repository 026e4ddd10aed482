namespace Clew.Server.Api.Own;

/// <summary>Says how the server is. Asked every second by every open page: cheap, and safe from any thread.</summary>
public interface IStatusSource
{
    ServerStatus GetStatus();
}
